import type { Execution } from '../../../src/execution/record.ts';

/** A whole execution of which a test names only what it is about. */
export function execution(part: Partial<Execution> & Pick<Execution, 'id'>): Execution {
  return {
    name: `order ${part.id}`,
    description: '',
    type: 'WORKFLOW',
    program: '/work/order.workflows.yaml',
    workflow_revision_id: '000001-a4d',
    script: '- end:\n    return: 1\n',
    labels: {},
    input_value: 'null',
    output_value: undefined,
    input_schema: undefined,
    output_schema: undefined,
    message: '',
    error: undefined,
    state_error: undefined,
    state: 'ACTIVE',
    current_steps: [],
    create_time: '2026-03-01T10:00:00.000Z',
    start_time: '2026-03-01T10:00:00.000Z',
    end_time: undefined,
    priority: 0,
    is_paused: false,
    is_productive: false,
    max_runtime_minutes: 0,
    call_log_level: 'CALL_LOG_LEVEL_UNSPECIFIED',
    use_breakpoints: true,
    breakpoints: [],
    use_only_explicit_breakpoints: false,
    parent_execution_id: undefined,
    ...part,
  };
}

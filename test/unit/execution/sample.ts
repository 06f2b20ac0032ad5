import type { Execution } from '../../../src/execution/record.ts';

/** A record as a new execution has it. */
export function sampleExecution(part: Partial<Execution> = {}): Execution {
  return {
    id: '11111111-2222-4333-8444-555555555555',
    name: 'order 11111111',
    description: '',
    type: 'WORKFLOW',
    program: '/w/order.workflows.yaml',
    workflow_revision_id: '000001-abc',
    script: '- a:\n    return: 1\n',
    labels: {},
    input_value: 'null',
    output_value: undefined,
    input_schema: undefined,
    output_schema: undefined,
    message: '',
    error: undefined,
    state_error: undefined,
    state: 'QUEUED',
    current_steps: [],
    create_time: '2026-01-31T08:00:00.000Z',
    start_time: '2026-01-31T08:00:00.000Z',
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

/** What runs while its process is killed again and again. Everything is deterministic but for times, ids and the kills. */
export interface Workload {
  readonly name: string;
  /** Texts by file name; the first one is the program. Its input is `{run, at}`: the run's name and the world's address. */
  readonly files: Readonly<Record<string, string>>;
  /** Executions that one run starts, without connections, which are made again. */
  readonly children: number;
  /** Steps whose effects the world must have seen exactly once. */
  readonly once: readonly string[];
  /** Texts that it logs, each once. */
  readonly logs: readonly string[];
}

/**
 * A request that must be made once. One that was under way at a crash raises a ConnectionError; then the world is asked
 * whether it arrived, and it is made again, as another attempt, only if it did not.
 */
const once = `
once:
  params: [at, path, body: {}]
  steps:
    - first:
        assign: [{attempt: 0}, {r: null}]
    - post:
        try:
          call: http.post
          args: {url: '\${at + "/once/" + path + "/" + string(attempt)}', body: '\${body}'}
          result: r
        except:
          as: e
          steps:
            - lost:
                switch:
                  - condition: \${not("ConnectionError" in e.tags)}
                    raise: \${e}
    - came:
        switch:
          - condition: \${r != null}
            return: \${r.body.value}
    - ask:
        call: http.get
        args: {url: '\${at + "/done/" + path}'}
        result: d
    - arrived:
        switch:
          - condition: \${d.body.done}
            return: \${d.body.value}
    - again:
        assign: [{attempt: '\${attempt + 1}'}]
        next: post
`;

const effects: Workload = {
  name: 'effects',
  children: 0,
  once: ['s1', 's2', 's3', 'p1', 'p2', 'p3', 'p4'],
  logs: ['begins', 'half', 'ends'],
  files: {
    'effects.workflows.yaml': `
main:
  params: [args]
  steps:
    - init:
        assign: [{at: '\${args.at}'}, {run: '\${args.run}'}, {values: []}, {id: '\${uuid.generate()}'}, {began: '\${sys.now()}'}, {total: 0}]
    - begins:
        call: sys.log
        args: {text: begins}
    - line:
        for:
          value: i
          range: [1, 3]
          steps:
            - make:
                call: once
                args: {at: '\${at}', path: '\${run + "/s" + string(i)}'}
                result: v
            - read:
                call: http.get
                args: {url: '\${at + "/read/" + run + "/" + id}'}
                result: r
            - put:
                call: http.put
                args: {url: '\${at + "/put/" + run + "/" + string(i)}', body: '\${v}'}
            - add:
                assign: [{values: '\${list.concat(values, v + r.body.value)}'}]
            - nap:
                call: sys.sleep
                args: {seconds: 0.02}
    - half:
        call: sys.log
        args: {text: half}
    - compute:
        for:
          value: k
          range: [1, 5000]
          steps:
            - sum:
                assign: [{total: '\${k * 2}'}]
    - branches:
        parallel:
          shared: [values]
          for:
            value: i
            range: [1, 4]
            steps:
              - make_:
                  call: once
                  args: {at: '\${at}', path: '\${run + "/p" + string(i)}'}
                  result: w
              - rest:
                  call: sys.sleep
                  args: {seconds: '\${0.01 * i}'}
              - flaky:
                  try:
                    call: http.get
                    args: {url: '\${at + "/flaky/" + run + "/" + string(i)}'}
                  retry: {predicate: '\${http.default_retry_predicate}', max_retries: 20, backoff: {initial_delay: 0.01, max_delay: 0.05, multiplier: 2}}
              - keep:
                  assign: [{values: '\${list.concat(values, w)}'}]
    - total_:
        assign: [{sum_: 0}]
    - count:
        for:
          value: v
          in: \${values}
          steps:
            - plus:
                assign: [{sum_: '\${sum_ + v}'}]
    - ends:
        call: sys.log
        args: {text: ends}
    - done:
        return: ['\${sum_}', '\${len(values)}', '\${total}', '\${len(id)}']
${once}`,
  },
};

const sleeps: Workload = {
  name: 'sleeps',
  children: 0,
  once: [],
  logs: [],
  files: {
    'sleeps.workflows.yaml': `
main:
  params: [args]
  steps:
    - began:
        assign: [{t: '\${sys.now()}'}, {rested: []}]
    - naps:
        parallel:
          shared: [rested]
          for:
            value: s
            in: [0.05, 0.2, 0.4, 0.6]
            steps:
              - nap:
                  call: sys.sleep
                  args: {seconds: '\${s}'}
              - woke:
                  assign: [{now: '\${sys.now()}'}, {rested: '\${list.concat(rested, now - t >= s)}'}]
    - until:
        call: sys.sleep_until
        args: {time: '\${time.format(sys.now() + 1)}'}
    - done:
        return: \${rested}
`,
  },
};

const callbacks: Workload = {
  name: 'callbacks',
  children: 0,
  once: ['now', 'later'],
  logs: [],
  files: {
    'callbacks.workflows.yaml': `
main:
  params: [args]
  steps:
    - first:
        call: events.create_callback_endpoint
        args: {http_callback_method: POST}
        result: a
    - second:
        call: events.create_callback_endpoint
        args: {http_callback_method: POST}
        result: b
    - ask:
        call: once
        args: {at: '\${args.at}', path: '\${args.run + "/now"}', body: {call: '\${a.url}'}}
    - askLater:
        call: once
        args: {at: '\${args.at}', path: '\${args.run + "/later"}', body: {call: '\${b.url}'}}
    - hear:
        call: events.await_callback
        args: {callback: '\${a}', timeout: 120}
        result: x
    - nap:
        call: sys.sleep
        args: {seconds: 0.15}
    - hearLater:
        call: events.await_callback
        args: {callback: '\${b}', timeout: 120}
        result: y
    - done:
        return: ['\${x.http_request.body.value}', '\${y.http_request.body.value}']
${once}`,
  },
};

const children: Workload = {
  name: 'children',
  children: 4,
  once: ['c0', 'c1', 'c2', 'c3'],
  logs: [],
  files: {
    'children.workflows.yaml': `
main:
  params: [args]
  steps:
    - one:
        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run
        args:
          workflow_id: grandchild
          argument: {at: '\${args.at}', path: '\${args.run + "/c0"}'}
        result: first
    - inputs:
        assign:
          - p1: {at: '\${args.at}', path: '\${args.run + "/c1"}'}
          - p2: {at: '\${args.at}', path: '\${args.run + "/c2"}'}
          - p3: {at: '\${args.at}', path: '\${args.run + "/c3"}'}
    - three:
        call: experimental.executions.map
        args:
          workflow_id: grandchild
          arguments: ['\${p1}', '\${p2}', '\${p3}']
        result: rest
    - done:
        return: \${list.concat(rest, first)}
`,
    'grandchild.workflows.yaml': `
main:
  params: [args]
  steps:
    - nap:
        call: sys.sleep
        args: {seconds: 0.03}
    - make:
        call: once
        args: {at: '\${args.at}', path: '\${args.path}'}
        result: v
    - done:
        return: \${v}
${once}`,
  },
};

const mocked: Workload = {
  name: 'mocked',
  children: 0,
  once: ['m'],
  logs: [],
  files: {
    'mocked.workflows.yaml': `
main:
  params: [args]
  steps:
    - init:
        assign: [{got: []}]
    - calls:
        for:
          value: i
          range: [1, 5]
          steps:
            - ask:
                call: http.post
                args: {url: 'http://mocked.invalid/'}
                result: r
            - keep:
                assign: [{got: '\${list.concat(got, r.body)}'}]
    - real:
        call: once
        args: {at: '\${args.at}', path: '\${args.run + "/m"}'}
        result: v
    - done:
        return: \${list.concat(got, v)}
${once}`,
    'mocked.mocks.yaml': `
- {call: http.post, url: 'http://mocked.invalid/', times: 2, result: first}
- {call: http.post, url: 'http://mocked.invalid/', times: 1, delay: 0.05, result: second}
- {call: http.post, url: 'http://mocked.invalid/', result: rest}
`,
  },
};

const flow: Workload = {
  name: 'flow',
  children: 4,
  once: [],
  logs: ['begins', 'counted 1', 'child 0 gave 0', 'child 1 gave 10', 'child 2 gave 20', 'ends'],
  files: {
    'flow.py': `
def handler(system, this, inputs):
    run = inputs['run']
    this.log('begins')
    counter = system.setting('counter of ' + run)
    counter.save(value=counter.get('value') + 1 if counter.exists() else 1)
    this.log('counted', counter.load('value'))
    lock = system.setting('lock')
    lock.save(value='locked')
    total = 0
    for i in range(3):
        lock.acquire(timeout=600)
        child = this.flow('flow_child', n=i)
        this.set_output(f'child {i}', child.get('output_value'))
        this.log(f'child {i} gave', child.get('output_value'))
        total += child.get('output_value')
        this.sleep(0.02)
        lock.release()
    failed = this.script('def handler(system, this, inputs): raise ValueError("as asked")', wait=system.return_when.ALL_ENDED)
    this.log('ends')
    this.set_output(total=total, failed=failed.get('message'), own=system.execution(this.get('id')).exists())
`,
    'flow_child.py': `
def handler(system, this, inputs):
    this.sleep(0.05)
    return inputs['n'] * 10
`,
  },
};

const connections: Workload = {
  name: 'connections',
  children: 2,
  once: ['own0', 'own1', 'child0', 'child1', 'on_create', 'on_update', 'on_delete'],
  logs: [],
  files: {
    'connections.py': `
from asking import once

def handler(system, this, inputs):
    at, run = inputs['at'], inputs['run']
    values = [once(this, at, f'{run}/own{i}') for i in range(2)]
    children = [this.flow('posting', at=at, path=f'{run}/child{i}', wait=False) for i in range(2)]
    this.wait_for(*children)
    values += [child.get('output_value') for child in children]
    thing = system.custom_object('thing of ' + run)
    thing.save(object_template_name='thing', value={'at': at, 'run': run})
    thing.save(value={'at': at, 'run': run, 'changed': True})
    thing.delete()
    return values
`,
    'asking.py': `
from flow_api.exceptions import DependencyFailedError

# A request that must be made once: another attempt only where the one before did not arrive.
def once(this, at, path):
    attempt = 0
    while True:
        try:
            post = this.connect(connector_type='REST', url=f'{at}/once/{path}/{attempt}', method='POST', json={})
            return post.get('output_value')['json']['value']
        except DependencyFailedError as error:
            if 'was interrupted' not in str(error):
                raise
        told = this.connect(connector_type='REST', url=f'{at}/done/{path}').get('output_value')['json']
        if told['done']:
            return told['value']
        attempt += 1
`,
    'posting.py': `
from asking import once

def handler(system, this, inputs):
    this.sleep(0.03)
    return once(this, inputs['at'], inputs['path'])
`,
    'hook.py': `
from asking import once

def handler(system, this, inputs):
    return once(this, inputs['value']['at'], inputs['value']['run'] + '/' + inputs['event'])
`,
    'thing.object_template.yaml': 'object_template: {on_create: hook, on_update: hook, on_delete: hook}\n',
  },
};

/** More kinds of programs are more entries here. */
export const workloads: readonly Workload[] = [effects, sleeps, callbacks, children, mocked, flow, connections];

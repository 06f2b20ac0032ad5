import assert from 'node:assert/strict';
import { ExecutionsModel } from '../../../src/editor/executions/model.ts';
import type { ExecutionGroup } from '../../../src/execution/grouping.ts';
import type { GroupQuery } from '../../../src/execution/listing.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { readFilter } from '../../../src/service/filter.ts';
import { LocalExecutionService } from '../../../src/service/local/localService.ts';
import { request, until } from '../engine/launching.ts';

const failing = '- a:\n    raise: x\n';
const working = '- a:\n    return: 1\n';

/** A store that is slow to count: each count is told when a test lets it. */
class SlowCounting extends LocalExecutionService {
  slow = false;
  readonly #held: (() => void)[] = [];

  get counting(): number {
    return this.#held.length;
  }

  tell(): void {
    for (const held of this.#held.splice(0)) held();
  }

  override async groups(query: GroupQuery): Promise<readonly ExecutionGroup[]> {
    const groups = await super.groups(query);
    if (this.slow) await new Promise<void>((resolve) => this.#held.push(resolve));
    return groups;
  }
}

describe('the executions that the tree shows', () => {
  let service: SlowCounting;
  let model: ExecutionsModel;

  beforeEach(() => {
    service = new SlowCounting(new Engine({ store: new MemoryStore() }));
    model = new ExecutionsModel(service, () => undefined);
  });
  afterEach(async () => {
    model.dispose();
    await service.dispose();
  });

  const run = async (text: string): Promise<void> => {
    const { id } = await service.start(request(text));
    await service.ended(id);
  };
  const counts = async (): Promise<string> => (await model.groups()).map(({ key, count }) => `${key} ${count}`).join(', ');
  const untilCounts = async (wanted: string): Promise<void> => {
    let shown = '';
    await until(() => {
      void counts().then((text) => (shown = text));
      return shown === wanted;
    });
  };

  it('are counted in groups, again when one comes', async () => {
    model.show({ grouping: { by: 'state' } });
    await run(working);
    assert.equal(await counts(), 'SUCCEEDED 1');
    await run(failing);
    await untilCounts('SUCCEEDED 1, FAILED 1');
  });

  it('are not counted by an earlier filter, however long that takes', async () => {
    await run(working);
    await run(failing);
    model.show({ grouping: { by: 'state' } });
    await counts();
    service.slow = true;
    await run(failing);
    await until(() => service.counting === 1);
    model.show({ criterion: readFilter('state = FAILED') });
    service.slow = false;
    assert.equal(await counts(), 'FAILED 2');
    service.tell();
    await run(working);
    assert.equal(await counts(), 'FAILED 2');
  });

  it('are grouped as was chosen last, also while an earlier choice is read', async () => {
    await run(failing);
    model.show({ grouping: { by: 'state' } });
    const first = model.groups();
    model.show({ grouping: { by: 'type' } });
    await first;
    assert.equal(await counts(), 'WORKFLOW 1');
  });

  it('are counted once at a time, and once more for what came meanwhile', async () => {
    model.show({ grouping: { by: 'state' } });
    await counts();
    service.slow = true;
    await run(working);
    await until(() => service.counting === 1);
    await run(working);
    assert.equal(service.counting, 1);
    service.tell();
    await until(() => service.counting === 1);
    service.slow = false;
    service.tell();
    await untilCounts('SUCCEEDED 2');
  });
});

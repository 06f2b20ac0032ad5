import type { FilterField, FilterFields } from '../execution/criterion.ts';
import type { OrderFields } from '../execution/ordering.ts';
import { stepEntryResource, timeText } from '../execution/stepEntryJson.ts';
import type { StepEntry, StepHistory } from '../execution/stepEntry.ts';
import { StepIndex } from '../execution/stepIndex.ts';
import { ApiError, invalid } from './apiError.ts';
import type { Call } from './call.ts';
import { parseFilter } from './filter.ts';
import { compareBy, parseOrder } from './ordering.ts';
import { pageOf } from './pages.ts';
import { part, readEnum, readPage, readQuery } from './request.ts';

/** Entries of a page, at most and where nothing is said (google-workflows 6.2). */
const pageLimit = 1000;

/** By their numbers in the API. */
const views = ['EXECUTION_ENTRY_VIEW_UNSPECIFIED', 'EXECUTION_ENTRY_VIEW_BASIC', 'EXECUTION_ENTRY_VIEW_DETAILED'];

/** google-workflows 6.2. */
const stepFilter: FilterFields<StepEntry> = new Map<string, FilterField<StepEntry>>([
  ['entryId', { kind: 'int', of: ({ id }) => id }],
  ['createTime', { kind: 'time', of: ({ created }) => timeText(created) }],
  ['updateTime', { kind: 'time', of: ({ updated }) => timeText(updated) }],
  ['routine', { kind: 'text', of: ({ routine }) => routine }],
  ['step', { kind: 'text', of: ({ step }) => step }],
  ['stepType', { kind: 'text', of: ({ type }) => type }],
  ['parent', { kind: 'int', of: ({ parent }) => parent }],
  ['state', { kind: 'text', of: ({ state }) => state }],
]);

const stepOrder: OrderFields<StepEntry> = new Map<string, (entry: StepEntry) => string | number | undefined>([
  ['entryId', ({ id }) => id],
  ['createTime', ({ created }) => created],
  ['updateTime', ({ updated }) => updated],
  ['routine', ({ routine }) => routine],
  ['step', ({ step }) => step],
  ['stepType', ({ type }) => type],
  ['state', ({ state }) => state],
]);

/** `…executions.stepEntries.list` of the execution with this resource name. `skip` counts from where the page begins. */
export function listStepEntries(c: Call, name: string, history: StepHistory): object {
  const query = readQuery(c, ['pageSize', 'pageToken', 'skip', 'filter', 'orderBy', 'view']);
  const view = viewOf(query);
  const [filter = '', orderBy = '', skip = '0'] = [query.get('filter'), query.get('orderBy'), query.get('skip')];
  if (!/^\d{1,9}$/.test(skip)) throw invalid(`skip is a whole number from 0; got ${JSON.stringify(skip)}.`);
  const page = readPage(query, pageLimit, pageLimit, ['stepEntries', name, view, filter, orderBy]);
  const order = parseOrder(orderBy, stepOrder);
  const found = filter.trim() === '' ? [...history.entries] : history.entries.filter(parseFilter(filter, stepFilter));
  // Entries come in the order of their ids, and sorting keeps it where nothing else decides.
  if (order.length > 0) found.sort(compareBy(order, stepOrder));
  const { items, nextPageToken } = pageOf(found, ({ id }) => String(id), page, Number(skip));
  const index = new StepIndex(history);
  const totalSize = filter.trim() === '' ? history.count : found.length;
  return { stepEntries: items.map((entry) => resource(entry, name, index, view)), nextPageToken, totalSize };
}

/** `…executions.stepEntries.get`. */
export function getStepEntry(c: Call, name: string, history: StepHistory): object {
  const view = viewOf(readQuery(c, ['view']));
  const wanted = part(c, 'entry');
  const index = new StepIndex(history);
  const entry = /^\d{1,15}$/.test(wanted) ? index.entry(Number(wanted)) : undefined;
  if (!entry) throw new ApiError('NOT_FOUND', `There is no step entry ${name}/stepEntries/${wanted}.`);
  return resource(entry, name, index, view);
}

/** All of them, as exported data has them. */
export function stepEntryResources(name: string, history: StepHistory): object[] {
  const index = new StepIndex(history);
  return history.entries.map((entry) => resource(entry, name, index, 'DETAILED'));
}

function resource(entry: StepEntry, name: string, index: StepIndex, view: 'BASIC' | 'DETAILED'): object {
  return stepEntryResource(entry, `${name}/stepEntries/${entry.id}`, index.navigation(entry), view);
}

/** The parameter is deprecated: what was recorded decides, unless BASIC is asked for. */
function viewOf(query: ReadonlyMap<string, string>): 'BASIC' | 'DETAILED' {
  return readEnum(query.get('view'), 'view', views) === 'EXECUTION_ENTRY_VIEW_BASIC' ? 'BASIC' : 'DETAILED';
}

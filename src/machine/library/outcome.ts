import type { Outcome } from '../effect.ts';
import { Raised, raised } from '../error.ts';
import { parseJson } from '../json.ts';
import { raiseValue } from '../raise.ts';
import { timeoutMessageNamesClass } from '../switches.ts';
import { list, map } from '../value.ts';

/** How the host's answers become results and errors of a workflow. */

/** General tags that follow a special one where the host names none (google-workflows 4.6). */
const generalTags: ReadonlyMap<string, string> = new Map([
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['TimeoutError', 'OSError'],
]);

/** The error of an outcome. Anything but `error` and `raise` is an answer the effect cannot have: a SystemError. */
export function errorFromOutcome(outcome: Outcome): Raised {
  switch (outcome.kind) {
    case 'error': {
      const general = generalTags.get(outcome.tag);
      const tags = [outcome.tag, ...(outcome.moreTags ?? (general === undefined ? [] : [general]))];
      const plain = outcome.tag === 'TimeoutError' && !timeoutMessageNamesClass;
      const message = plain ? outcome.message : `${outcome.tag}: ${outcome.message}`;
      return new Raised(map([['message', message], ['tags', list(tags)]]), message);
    }
    case 'raise':
      return raiseValue(parseJson(outcome.json));
    default:
      return raised('SystemError', `an answer of the kind "${outcome.kind}" does not fit the call`);
  }
}

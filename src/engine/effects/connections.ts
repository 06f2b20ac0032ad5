import { Agent as PlainAgent, type AgentOptions } from 'node:http';
import { Agent as SecureAgent } from 'node:https';

/** Where requests get their connections from: kept ones or fresh ones, plain or secure. */
export class Connections {
  readonly #kept: Pair;
  readonly #fresh: Pair;

  /** Proxies are those that the environment names. */
  constructor(environment: NodeJS.ProcessEnv) {
    this.#kept = new Pair({ keepAlive: true, proxyEnv: environment });
    this.#fresh = new Pair({ keepAlive: false, proxyEnv: environment });
  }

  agent(secure: boolean, kept: boolean): PlainAgent {
    const pair = kept ? this.#kept : this.#fresh;
    return secure ? pair.secure : pair.plain;
  }

  close(): void {
    for (const { plain, secure } of [this.#kept, this.#fresh]) {
      plain.destroy();
      secure.destroy();
    }
  }
}

class Pair {
  readonly plain: PlainAgent;
  readonly secure: SecureAgent;

  constructor(options: AgentOptions) {
    this.plain = new PlainAgent(options);
    this.secure = new SecureAgent(options);
  }
}

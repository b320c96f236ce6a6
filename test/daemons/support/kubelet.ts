import { pause } from '../../support/wait';
import type { Gate } from './gate';
import type { Pod, Probe } from './pod';

/** How much faster than a real one it asks, so that a test need not wait a minute for a restart. */
const HASTE = 10;

/**
 * Plays the part of a kubelet that keeps a container alive: starts it again when it ended, when it did not answer well in its startup
 * time, and when its liveness probe failed as often as the template allows. It asks ten times as often, and knows no back-off.
 */
export class Kubelet {
  restarts = 0;
  #watches = true;
  readonly #watching: Promise<void>;

  private constructor(
    private readonly gate: Gate,
    private readonly pod: Pod,
  ) {
    this.#watching = this.#watch();
  }

  /** Starts a pod's container and keeps it alive. */
  static keep(gate: Gate, pod: Pod): Kubelet {
    pod.start();
    return new Kubelet(gate, pod);
  }

  /** Stops watching; the container stays as it is. */
  async release(): Promise<void> {
    this.#watches = false;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { startupProbe, livenessProbe } = this.pod.template.containers[0];
    let [probe, failures] = [startupProbe, 0];
    while (this.#watches) {
      await pause((probe.periodSeconds * 1000) / HASTE);
      const well = this.pod.runs && (await this.#answersWell(probe));
      if (well) [probe, failures] = [livenessProbe, 0];
      else failures++;
      if (!this.#watches || (this.pod.runs && failures < probe.failureThreshold)) continue;
      await this.pod.stop();
      this.pod.start();
      this.restarts++;
      [probe, failures] = [startupProbe, 0];
    }
  }

  async #answersWell({ httpGet, tcpSocket }: Probe): Promise<boolean> {
    if (httpGet) {
      return this.gate.status(this.pod.address, httpGet.port, httpGet.path).then(
        (status) => status >= 200 && status < 400,
        () => false,
      );
    }
    if (tcpSocket) return this.gate.accepts(this.pod.address, tcpSocket.port);
    throw new Error(`${this.pod.name} has a probe that no test knows`);
  }
}

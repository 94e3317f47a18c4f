/** One clock of a second for every timer on the screen, in the server's time. */
class Clock {
  now = $state(Date.now());
  #offset = 0;

  start() {
    const tick = () => (this.now = Date.now() + this.#offset);
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }
  /** Takes the server's time from a frame that has just come. */
  sync(server: number) {
    const offset = server - Date.now();
    // A jump of less than a quarter second is the network, not the clock.
    if (Math.abs(offset - this.#offset) > 250) this.#offset = offset;
    this.now = Date.now() + this.#offset;
  }
}

export const clock = new Clock();

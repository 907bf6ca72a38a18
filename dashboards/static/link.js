// @ts-check
// One event stream that never gives up. An EventSource dies for good on one 502 or an HTML answer, so after any
// error it is closed and a new one is made, with full jitter, for ever. A hidden page lets go and comes back.

/** Milliseconds without a sign of life after which the link counts as lost: marks come each 4 s. */
const SILENT = 9_000;
/** The same when the stream is known to have ended and a new one has not come. */
const ENDED = 5_000;
/** After this much silence a stream that has spoken is half-open: it is closed and made anew. */
const HALF_OPEN = 15_000;
/** The same for one that has not spoken yet: counted from when it was asked for, as after a sleep. */
const UNANSWERED = 6_000;
const LONGEST = 15_000;
const HIDDEN = 60_000;

/**
 * @typedef {object} Heard
 * @property {(event: string, data: any) => void} take a frame
 * @property {(lost: boolean) => void} lost the link is lost, or back
 */

export class Link {
  /**
   * @param {() => string} address of the stream, asked before each try: it carries what the page already shows
   * @param {string[]} events
   * @param {Heard} heard
   */
  constructor(address, events, heard) {
    this.address = address;
    this.events = events;
    this.heard = heard;
    /** @type {EventSource | null} */
    this.source = null;
    this.tries = 0;
    this.last = performance.now();
    this.opened = this.last;
    this.isLost = false;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {number | undefined} */
    this.hiding = undefined;
    setInterval(() => this.watch(), 1000);
    document.addEventListener("visibilitychange", () => this.seen());
    addEventListener("online", () => this.again(0));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.source ?? this.open());
    this.open();
  }

  open() {
    this.close();
    const source = new EventSource(this.address());
    this.source = source;
    this.opened = performance.now();
    for (const name of this.events) {
      source.addEventListener(name, (event) => {
        if (this.source !== source) return;
        this.last = performance.now();
        this.tries = 0;
        this.say(false);
        this.heard.take(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      if (this.source === source) this.again();
    });
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  /** @param {number} [delay] */
  again(delay) {
    this.close();
    const most = Math.min(LONGEST, 1000 * 2 ** this.tries);
    this.tries = Math.min(this.tries + 1, 10);
    this.timer = setTimeout(() => this.open(), delay ?? 250 + Math.random() * most);
  }

  watch() {
    const now = performance.now();
    if (now - this.last > (this.tries > 0 ? ENDED : SILENT) && !document.hidden) this.say(true);
    const spoke = this.last > this.opened;
    if (this.source && now - (spoke ? this.last : this.opened) > (spoke ? HALF_OPEN : UNANSWERED)) this.again();
  }

  seen() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => this.close(), HIDDEN);
    } else if (!this.source) {
      this.again(0);
    }
  }

  /** @param {boolean} lost */
  say(lost) {
    if (lost === this.isLost) return;
    this.isLost = lost;
    this.heard.lost(lost);
  }
}

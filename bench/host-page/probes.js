// What runs in the measured page and its frames before their own scripts; each keeps one figure in `window`.

/** `shift`: the layout shift so far. */
export function keepShift() {
  window.shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((it) => (window.shift += it.value))).observe({ type: 'layout-shift', buffered: true });
}

/** `longTasks`: how many tasks took more than 50 ms; `longest`: the longest of them, in ms. */
export function keepLongTasks() {
  [window.longTasks, window.longest] = [0, 0];
  new PerformanceObserver((list) => {
    const tasks = list.getEntries().map((it) => it.duration);
    window.longTasks += tasks.length;
    window.longest = Math.max(window.longest, ...tasks);
  }).observe({ type: 'longtask', buffered: true });
}

/** `focusedAt`: when the field to write in had the focus first. */
export function keepFocusTime() {
  addEventListener('focusin', ({ target }) => {
    if (target.localName === 'textarea') window.focusedAt ??= performance.timeOrigin + performance.now();
  });
}

/** `wasmMemory`: of the program. */
export function keepMemory() {
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const inner = WebAssembly[name];
    WebAssembly[name] = async (...values) => {
      const made = await inner(...values);
      // A part that comes later has none of its own.
      window.wasmMemory ??= (made.instance ?? made).exports.memory;
      return made;
    };
  }
}

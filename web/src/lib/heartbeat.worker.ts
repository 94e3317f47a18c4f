/** Timers of a hidden tab are slowed down, those of a worker are not: the agent must not lose his place behind another window. */
setInterval(() => postMessage(0), 15_000);

/** Looks at a value until it is there (truthy); says what it waited for when it never comes. */
export async function until(what, look, limit = 45_000) {
  const start = Date.now();
  let last;
  for (;;) {
    try {
      const value = await look();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() - start > limit) throw new Error(`waited ${limit / 1000} s for ${what}${last ? `: ${last.message}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What was filled in, by the fields' names, without spaces around. */
export const fields = (e: SubmitEvent): Record<string, string | undefined> =>
  Object.fromEntries([...new FormData(e.currentTarget as HTMLFormElement)].map(([name, value]) => [name, String(value).trim()]));

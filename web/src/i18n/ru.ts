const files = import.meta.glob<string>(
  ['../../messages/ru/*.ftl', '!../../messages/ru/{admin,calls,cases,ledger,people,problems,profile,promises,routing,search,sla}.ftl'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);
export default Object.values(files).join('\n');

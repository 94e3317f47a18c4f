const files = import.meta.glob<string>(
  ['../../messages/pl/*.ftl', '!../../messages/pl/{admin,calls,cases,ledger,people,problems,profile,promises,routing,search,sla}.ftl'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);
export default Object.values(files).join('\n');

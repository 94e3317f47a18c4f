const files = import.meta.glob<string>(
  ['../../messages/en/*.ftl', '!../../messages/en/{admin,calls,cases,ledger,people,problems,profile,promises,routing,search,sla}.ftl'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);
export default Object.values(files).join('\n');

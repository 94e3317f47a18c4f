import { expect, test } from 'vitest';
import { compile } from '../src/lib/router.svelte';

test.each([
  ['/desk/:id?', '/desk', { id: undefined }],
  ['/desk/:id?', '/desk/', { id: undefined }],
  ['/desk/:id?', '/desk/42', { id: '42' }],
  ['/desk/:id?', '/desk/42/more', null],
  ['/desk/:id?', '/desks', null],
  ['/admin/:area?/:id?', '/admin/pause-codes/new', { area: 'pause-codes', id: 'new' }],
  ['/admin/:area?/:id?', '/admin/queues', { area: 'queues', id: undefined }],
  ['/customers/:id', '/customers', null],
  ['/customers/:id', '/customers/%D0%98', { id: 'И' }],
  ['/customers/:id', '/customers/%E0%A4%A', { id: '%E0%A4%A' }],
  ['/', '/', {}],
])('%s on %s', (pattern, path, params) => {
  expect(compile(pattern)(path)).toEqual(params);
});

import { after } from 'node:test';
import { mainStory } from './lib/main-story.mjs';
import { stopPeers } from './lib/peers.mjs';

mainStory({ name: 'postgres', postgres: true, address: 'sales@shop.test', customers: ['ivan@customer.test', 'anna@customer.test'] });
after(stopPeers);

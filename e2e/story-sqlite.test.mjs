import { after } from 'node:test';
import { mainStory } from './lib/main-story.mjs';
import { stopPeers } from './lib/peers.mjs';

mainStory({ name: 'sqlite', postgres: false, address: 'support@shop.test', customers: ['piotr@customer.test', 'maria@customer.test'] });
after(stopPeers);

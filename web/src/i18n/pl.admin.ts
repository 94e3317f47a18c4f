export { default } from '../../messages/pl/admin.ftl?raw';

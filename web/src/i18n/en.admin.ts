export { default } from '../../messages/en/admin.ftl?raw';

export { default } from '../../messages/ru/admin.ftl?raw';

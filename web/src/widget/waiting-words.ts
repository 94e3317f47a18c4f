/** The texts of who waits: loaded when somebody does, in all languages, because they are few. */
const en = {
  wait: 'About {low} to {high} minutes',
  soon: 'About a minute',
  due: 'You will have our answer by {due}.',
  opens: 'We are closed. We open on {opens}.',
  stay: 'Your message is kept, and you may close this window.',
  rather: 'You need not wait:',
  email: 'Mail address',
  write: 'Write to me',
  number: 'Phone number',
  call: 'Call me back',
  done: 'Thank you. You keep your place, and we will answer at {to} by {due}.',
  least: 'Before you: {n} or more',
  longer: 'We are sorry, it takes longer than we said.',
};
export type WaitingWords = typeof en;

const ru: WaitingWords = {
  wait: 'Примерно {low}–{high} мин',
  soon: 'Около минуты',
  due: 'Мы ответим не позднее: {due}.',
  opens: 'Сейчас мы не работаем. Открываемся: {opens}.',
  stay: 'Ваше сообщение сохранено, окно можно закрыть.',
  rather: 'Ждать необязательно:',
  email: 'Адрес почты',
  write: 'Написать мне',
  number: 'Номер телефона',
  call: 'Перезвонить мне',
  done: 'Спасибо. Ваше место сохранено. Мы ответим ({to}) не позднее: {due}.',
  least: 'Перед вами: {n} или больше',
  longer: 'Извините, ожидание дольше, чем мы говорили.',
};

const pl: WaitingWords = {
  wait: 'Około {low}–{high} min',
  soon: 'Około minuty',
  due: 'Odpowiemy najpóźniej: {due}.',
  opens: 'Teraz mamy zamknięte. Otwieramy: {opens}.',
  stay: 'Wiadomość jest zachowana, okno można zamknąć.',
  rather: 'Nie trzeba czekać:',
  email: 'Adres e-mail',
  write: 'Napiszcie do mnie',
  number: 'Numer telefonu',
  call: 'Oddzwońcie do mnie',
  done: 'Dziękujemy. Miejsce w kolejce zostaje. Odpowiemy ({to}) najpóźniej: {due}.',
  least: 'Przed Tobą: {n} lub więcej',
  longer: 'Przepraszamy, to potrwa dłużej, niż mówiliśmy.',
};

export const waitingWords = { en, ru, pl };

/** A text with its places filled. */
export const fill = (text: string, values: Record<string, string | number>) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

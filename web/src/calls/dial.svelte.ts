/** The dial box, opened from anywhere. */
class DialBoxState {
  shown = $state(false);
  number = $state('');

  open(number = '') {
    this.number = number;
    this.shown = true;
  }
  close() {
    this.shown = false;
  }
}
export const dialBox = new DialBoxState();

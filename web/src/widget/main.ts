document.querySelector('#app')!.textContent = 'okno';

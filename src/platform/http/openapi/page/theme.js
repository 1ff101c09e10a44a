// Loaded in the head without `defer`, so that the page is never drawn in the wrong colours first.
(() => {
  const storageKey = 'teoart-docs-theme';
  const system = matchMedia('(prefers-color-scheme: dark)');

  /** A browser that blocks storage throws, and then the page follows the system. */
  const chosenTheme = () => {
    try {
      return localStorage.getItem(storageKey);
    } catch {
      return null;
    }
  };
  const isDark = () => (chosenTheme() ?? (system.matches ? 'dark' : 'light')) === 'dark';

  function apply() {
    // Swagger UI has the dark colours of its own parts below this class.
    document.documentElement.classList.toggle('dark-mode', isDark());
    const button = document.getElementById('theme');
    if (!button) return;
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.ariaLabel = isDark() ? 'Light colours' : 'Dark colours';
  }

  function switchTheme() {
    const theme = isDark() ? 'light' : 'dark';
    try {
      // A choice that equals the setting of the system is not stored, so that the page follows the system again.
      if ((theme === 'dark') === system.matches) localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, theme);
    } catch {
      document.documentElement.classList.toggle('dark-mode', theme === 'dark');
      return;
    }
    apply();
  }

  apply();
  system.addEventListener('change', apply);
  document.addEventListener('DOMContentLoaded', () => {
    apply();
    document.getElementById('theme').addEventListener('click', switchTheme);
  });
})();

import { onSessionChange, signIn, signOut } from './session.js';

const form = document.getElementById('sign-in');
const signedIn = document.getElementById('signed-in');
const message = document.getElementById('sign-in-message');
const signOutButton = document.getElementById('sign-out');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});

async function submit() {
  const { login, password } = Object.fromEntries(new FormData(form));
  const button = form.querySelector('button');
  button.disabled = true;
  message.textContent = 'Signing in …';
  try {
    await signIn(login, password);
    form.reset();
    signOutButton.focus();
  } catch (error) {
    message.textContent = error instanceof TypeError ? 'The server cannot be reached.' : error.message;
    form.elements.password.select();
  } finally {
    button.disabled = false;
  }
}

signOutButton.addEventListener('click', () => {
  void signOut().then(() => form.elements.login.focus());
});

onSessionChange((user, text) => {
  form.hidden = user !== null;
  signedIn.hidden = user === null;
  document.getElementById('who').textContent = user ? `${user.username} (${user.role})` : '';
  message.textContent = text;
});

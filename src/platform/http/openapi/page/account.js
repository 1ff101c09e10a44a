import { onSessionChange, signIn, signOut } from './session.js';

const form = document.getElementById('sign-in');
const signedIn = document.getElementById('signed-in');
const message = document.getElementById('sign-in-message');
const codeLabel = form.querySelector('.code');
const signOutButton = document.getElementById('sign-out');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});

async function submit() {
  const { login, password, code } = Object.fromEntries(new FormData(form));
  const button = form.querySelector('button');
  button.disabled = true;
  message.textContent = 'Signing in …';
  try {
    await signIn(login, password, code);
    form.reset();
    codeLabel.hidden = true;
    signOutButton.focus();
  } catch (error) {
    message.textContent = textOf(error);
    codeLabel.hidden &&= error.code !== 'SIGN_IN_INCOMPLETE';
    form.elements[codeLabel.hidden ? 'password' : 'code'].select();
  } finally {
    button.disabled = false;
  }
}

function textOf(error) {
  if (error instanceof TypeError) return 'The server cannot be reached.';
  return error.code === 'SIGN_IN_INCOMPLETE' ? 'Enter a code, too.' : error.message;
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

import './account.js';
import { labelControls } from './labels.js';
import { connectSearch, searchPlugin } from './search.js';
import { freshToken } from './session.js';

const noComponent = () => null;
/**
 * The page has its own search field and its own form to sign in. A path is a plain text, because it stands in the button that opens
 * the operation, and a link inside a button cannot be reached with the keyboard.
 */
const ownControlsPlugin = ({ React }) => ({
  components: {
    FilterContainer: noComponent,
    authorizeBtn: noComponent,
    authorizeOperationBtn: noComponent,
    DeepLink: ({ text }) => React.createElement('span', null, text),
  },
});

const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Adds a new Idempotency-Key to each change without one, because Swagger UI sends no request whose required header is empty, and a
 * prefilled key would be sent twice. Adds the access token of the person who is signed in.
 */
async function completeRequest(request) {
  if (new URL(request.url, location.href).origin !== location.origin) return request;
  request.headers ??= {};
  if (request.method !== 'GET' && !request.headers['Idempotency-Key']) request.headers['Idempotency-Key'] = newKey();
  const token = await freshToken();
  if (token && !request.headers.Authorization) request.headers.Authorization = `Bearer ${token}`;
  return request;
}

function show(spec) {
  const parameter = spec.components.parameters['Idempotency-Key-Required'];
  const keyNote = ' If this field is empty, the page generates a key.';
  if (parameter) Object.assign(parameter, { required: false, description: parameter.description + keyNote });
  const ui = SwaggerUIBundle({
    spec,
    requestInterceptor: completeRequest,
    plugins: [searchPlugin, ownControlsPlugin],
    dom_id: '#ui',
    deepLinking: true,
    displayOperationId: false,
    displayRequestDuration: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => connectSearch(ui, spec),
  });
  labelControls(document.getElementById('ui'));
}

fetch('/openapi.json')
  .then((response) => response.json())
  .then(show)
  .catch(() => {
    document.querySelector('#ui .loading').textContent = 'The documentation could not be loaded. Load the page again.';
  });

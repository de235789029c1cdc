// Passkeys, where the browser has them. Without this file the page says to use the one-time code instead.
const part = document.querySelector('[data-passkey]')

const toBytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), one => one.charCodeAt(0))
const toText = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

// What the server reads: the JSON of Web Authentication level 3, section 5.1.8.
function plain (credential) {
  const given = {}
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) given[name] = toText(credential.response[name])
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: given })
}

async function create () {
  const options = JSON.parse(part.dataset.options)
  options.challenge = toBytes(options.challenge)
  options.user.id = toBytes(options.user.id)
  for (const known of options.excludeCredentials || []) known.id = toBytes(known.id)
  return navigator.credentials.create({ publicKey: options })
}

async function get (form) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value })
  const response = await fetch('/account/passkeys/challenge', { method: 'POST', body, credentials: 'same-origin' })
  if (!response.ok) throw new Error('no challenge')
  const options = await response.json()
  options.challenge = toBytes(options.challenge)
  return navigator.credentials.get({ publicKey: options })
}

if (part && window.PublicKeyCredential) {
  const form = part.closest('form')
  const status = part.querySelector('[data-passkey-status]')
  part.querySelector('[data-passkey-without]').remove()
  part.querySelector('[data-passkey-with]').hidden = false
  part.querySelector('button').addEventListener('click', async () => {
    status.textContent = ''
    const empty = [...form.querySelectorAll('[data-passkey-needs]')].find(field => !field.value)
    if (empty) {
      status.textContent = part.dataset.first
      empty.focus()
      return
    }
    try {
      form.elements.passkey.value = plain(await (part.dataset.passkey === 'create' ? create() : get(form)))
      form.submit()
    } catch {
      status.textContent = part.dataset.failed // cancelled, timed out, or not a key of this site: the browser does not say
    }
  })
}

// Small things that help and that nothing depends on: every page works without this file.
import { Button, CharacterCount, ErrorSummary, Radios, SkipLink, createAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
for (const Component of [Button, CharacterCount, ErrorSummary, Radios, SkipLink]) createAll(Component)

// Each page saves itself a moment after something was typed.
const form = document.querySelector('form[data-autosave]')
let waiting = 0
let unsaved = false
let since = Date.now() // when the server last heard of this page

async function save () {
  const values = new URLSearchParams(new FormData(form))
  values.set('autosave', '1')
  try {
    const response = await fetch(form.action, { method: 'POST', body: values, credentials: 'same-origin' })
    const elsewhere = document.getElementById('elsewhere')
    elsewhere.textContent = response.status === 409 ? elsewhere.dataset.text : ''
    if (response.status !== 204 && response.status !== 409) return
    unsaved = false
    since = Date.now()
  } catch {
    schedule(15000) // the connection is gone for now: try again
  }
}

function schedule (delay) {
  clearTimeout(waiting)
  waiting = setTimeout(save, delay)
}

if (form) {
  form.addEventListener('input', () => {
    unsaved = true
    schedule(2000)
  })
  form.addEventListener('submit', () => clearTimeout(waiting))
}

// Before a form closes for being idle, ask.
const dialog = document.getElementById('idle')
if (dialog && typeof dialog.showModal === 'function') {
  const seconds = Number(document.body.dataset.idleSeconds)
  document.getElementById('idle-stay').addEventListener('click', async () => {
    const values = new URLSearchParams({ csrf: document.body.dataset.csrf })
    try {
      const response = await fetch('/notify/keep', { method: 'POST', body: values, redirect: 'manual', credentials: 'same-origin' })
      if (response.status === 204) since = Date.now()
    } finally {
      dialog.close()
    }
  })
  setInterval(() => {
    const left = seconds - (Date.now() - since) / 1000
    if (left <= 0 && unsaved) form.submit() // what could not be saved goes along to the return page
    else if (left <= 0) window.location.assign('/notify/return?ended=1')
    else if (left < 300 && !dialog.open) {
      dialog.showModal()
      document.getElementById('idle-title').focus()
    }
  }, 5000)
}

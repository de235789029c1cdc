// Small things that help and that nothing depends on: every page works without this file.
import { Button, CharacterCount, ErrorSummary, Radios, SkipLink, createAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
for (const Component of [Button, CharacterCount, ErrorSummary, Radios, SkipLink]) createAll(Component)

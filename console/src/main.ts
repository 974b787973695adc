/** One page, two programs: the operator's console, and the technician's phone page under /tech. */
import './ui/styles.css'
import { mount } from 'svelte'
import { isPhone } from './core/route.svelte.ts'

const target = document.getElementById('app')
const program = isPhone(location.pathname) ? import('./tech/Tech.svelte') : import('./App.svelte')

program.then(({ default: Program }) => {
  if (target) mount(Program, { target })
})

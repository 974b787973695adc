/** The page of one's own account in English. */
export const account = {
  name: 'User name', role: 'Role',
  title: 'Second factor',
  lead: 'With a second factor, signing in asks for a code of your authenticator after the password.',
  on: 'It is on.', off: 'It is off.',
  begin: 'Set up',
  scan: 'Scan this with an authenticator (TOTP), or type the secret. It is shown only once.',
  image: 'QR code for the authenticator', secret: 'Secret',
  code: 'Code shown by the authenticator', confirm: 'Confirm', cancel: 'Cancel',
  recovery: 'Recovery codes',
  recoveryLead: 'It is on. Keep these codes in a safe place: each one signs in once when the authenticator is lost. They are shown only once.',
  kept: 'I have kept them',
  end: 'Switch off', endLead: 'Enter a code, or a recovery code. From then on the password alone signs in.',
  wrong: 'The code is wrong, or was used before. Wait for the next one.',
}

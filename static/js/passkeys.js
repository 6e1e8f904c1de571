// Tells the browser which passkeys the portal still takes, so that it and password managers offer no others, and show
// them under the name of today. Browsers that cannot be told lose nothing: what opens the door is decided there.

for (const told of document.querySelectorAll("[data-passkeys]")) tell(told.dataset);

async function tell({ passkeys, party, key, owner, keys, email, name }) {
  const to = window.PublicKeyCredential;
  try {
    if (passkeys === "unknown") {
      await to?.signalUnknownCredential?.({ rpId: party, credentialId: key });
      return;
    }
    const whose = { rpId: party, userId: owner };
    await to?.signalAllAcceptedCredentials?.({ ...whose, allAcceptedCredentialIds: keys.split(" ").filter(Boolean) });
    await to?.signalCurrentUserDetails?.({ ...whose, name: email, displayName: name });
  } catch {
    // At another address than the portal's own, browsers want to hear nothing of it.
  }
}

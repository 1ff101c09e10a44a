const { hashSync, verifySync } = require('@node-rs/argon2');

/** Runs in a thread. A damaged hash belongs to no password, so a caller cannot recognise it by the error. */
module.exports = ({ password, cost, hash }) => {
  if (hash === undefined) return hashSync(password, cost);
  try {
    return verifySync(hash, password);
  } catch {
    return false;
  }
};

/**
 * Signatures of Windows programs, boot managers and catalogs. Begin with {@link
 * io.vhdboot.authenticode.SecureBootReport} for a boot manager, and with {@link
 * io.vhdboot.authenticode.Catalog} for the catalog of a driver.
 *
 * <p>Nothing here looks at the clock: neither does firmware, and a driver stays signed when its
 * signer's certificate has expired. Nothing asks a network whether a certificate was revoked.
 */
package io.vhdboot.authenticode;

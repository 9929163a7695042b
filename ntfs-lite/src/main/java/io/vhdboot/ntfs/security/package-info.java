/**
 * Security descriptors and their parts (MS-DTYP 2.4): who owns a file, who may do what with it, and
 * what a new file inherits. Not exported; what users see is {@link
 * io.vhdboot.ntfs.SecurityDescriptorText} and the views of {@code io.vhdboot.ntfs.nio}.
 */
package io.vhdboot.ntfs.security;

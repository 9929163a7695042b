package io.vhdboot.ntfs.nio;

import java.io.IOException;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

/** Owner and access control list as Java has them: the view {@code acl} or {@code owner}. */
record AclView(String name, FileView file) implements AclFileAttributeView {

  @Override
  public List<AclEntry> getAcl() throws IOException {
    return file.acl();
  }

  @Override
  public void setAcl(List<AclEntry> acl) throws IOException {
    file.setAcl(acl);
  }

  /** The owner; the null SID where the file has none. */
  @Override
  public UserPrincipal getOwner() throws IOException {
    return file.owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    file.setOwner(owner);
  }
}

#pragma once
/*
 * The server of the sync core over an IMAP session. Connection thread only.
 */
#include "backend/core/remote.h"
#include "backend/wire/imap.h"

/* Takes SESSION over. */
Remote *remote_imap_new(ImapSession *session);
/* The session of a Remote that was made here; the remote's. */
ImapSession *remote_imap_session(Remote *remote);

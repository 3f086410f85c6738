#pragma once
/*
 * A Remote over a server in memory: an IMAP session whose every command may be cut, or its client die, before or after
 * it was done. One thread.
 */
#include "backend/core/remote.h"
#include "tests/memory_server.h"

/* A session, logged in; SERVER outlives it. */
Remote *memory_remote_open(MemoryServer *server);

#pragma once
/*
 * SHA-256 in pieces, by nettle (the library under GnuTLS), which takes a seventh of GLib's time: every listed
 * message costs two to five digests, every attachment one over all its bytes. Pure; any thread.
 */
#include <nettle/sha2.h>

#define DIGEST_SIZE SHA256_DIGEST_SIZE

typedef struct sha256_ctx Digest; /* plain data: nothing to free */

static inline void
digest_begin(Digest *digest)
{
	sha256_init(digest);
}

static inline void
digest_add(Digest *digest, const void *bytes, size_t length)
{
	sha256_update(digest, length, bytes);
}

/* Writes the digest's first SIZE bytes; DIGEST is as after digest_begin then. */
static inline void
digest_end(Digest *digest, uint8_t *bytes, size_t size)
{
	sha256_digest(digest, size, bytes);
}

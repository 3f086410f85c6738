#pragma once
/*
 * Base64 (RFC 4648) as mail has it: signs that are no letters are passed over, what misses its padding
 * or goes on behind it is decoded all the same. Ours because GMime 3.2.13 drops the last bytes where the
 * padding is missing, and is several times slower. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

typedef struct MimeBase64 {
	uint32_t bits;  /* of the letters since the last whole group */
	unsigned count; /* of those letters */
} MimeBase64;

/* Decodes LENGTH bytes to OUT, which has room for LENGTH + 3. Begin with a zeroed state. Bytes written. */
size_t mime_base64_step(MimeBase64 *state, const char *in, size_t length, char *out);

/* What the last letters encode, at most two bytes. */
size_t mime_base64_end(MimeBase64 *state, char out[2]);

#include "index/mime/mime_base64.h"

enum { OTHER = 64, PAD = 65 };

/* The value of each sign. */
static const unsigned char values[256] = {
	/* clang-format off */
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64, 64, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 65, 64, 64,
	64,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 64,
	64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	/* clang-format on */
};

size_t
mime_base64_step(MimeBase64 *state, const char *in, size_t length, char *out)
{
	char *start = out;
	uint32_t bits = state->bits;
	unsigned count = state->count;
	for (size_t i = 0; i < length; i++) {
		unsigned char value = values[(unsigned char)in[i]];
		if (value < OTHER) {
			bits = bits << 6 | value;
			if (++count < 4)
				continue;
			*out++ = (char)(bits >> 16);
			*out++ = (char)(bits >> 8);
			*out++ = (char)bits;
			bits = count = 0;
		} else if (value == PAD && count > 0) {
			state->bits = bits;
			state->count = count;
			out += mime_base64_end(state, out);
			bits = count = 0;
		}
	}
	state->bits = bits;
	state->count = count;
	return (size_t)(out - start);
}

size_t
mime_base64_end(MimeBase64 *state, char out[2])
{
	unsigned count = state->count;
	uint32_t bits = count < 4 ? state->bits << 6 * (4 - count) : 0;
	*state = (MimeBase64){ 0 };
	if (count < 2)
		return 0;
	out[0] = (char)(bits >> 16);
	if (count == 3)
		out[1] = (char)(bits >> 8);
	return count - 1;
}

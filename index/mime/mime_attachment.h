#pragma once
/*
 * What a part says of itself: type, file name, whether it is an attachment; and the digest of its
 * bytes. One thread.
 */
#include "index/mime/mime_read.h"

enum {
	MIME_NAME_LIMIT = 8192,
	MIME_DIGEST_BUDGET = 128 << 20, /* bytes of a file that are digested when it is shown */
};

/*
 * Describes a part; number and depth are left to the caller. The rule of an attachment: a leaf (an
 * attached message is one, its inside none) that is disposed of as attachment, has a file name, or is
 * no text. The caller owns the result.
 */
MimePart *mime_attachment_describe(GMimeObject *object, bool inside);

/*
 * Counts the decoded bytes of a part and, if SHA256 is not NULL, digests them (hex; the caller owns it).
 * BUDGET: bytes of the file that may still be digested for this message; a part that goes over it gets
 * no digest, one that is slow to decode no count either: -1. Nobody waits seconds for what he did not ask.
 */
int64_t mime_attachment_measure(const MimePart *part, int64_t *budget, char **sha256);

#pragma once
/*
 * What a part says of itself: type, file name, whether it is an attachment; and the digest of its
 * bytes. One thread.
 */
#include "index/mime/mime_read.h"

enum { MIME_NAME_LIMIT = 8192 };

/*
 * Describes a part; number and depth are left to the caller. The rule of an attachment: a leaf (an
 * attached message is one, its inside none) that is disposed of as attachment, has a file name, or is
 * no text. The caller owns the result.
 */
MimePart *mime_attachment_describe(GMimeObject *object, bool inside);

/* Counts the decoded bytes of a part and, if wanted, digests them (SHA-256 in hex; the caller owns it). */
int64_t mime_attachment_measure(const MimePart *part, char **sha256);

#pragma once
/* The server's side of a match, for a store_fixture. Every step that must succeed is asserted. */
#include "backend/store/rematch.h"
#include "store_fixture.h"

/* The mail that store_fixture_add put in under UID (with ID, which may be NULL), as the server numbers it NOW. */
ServerMail server_mail(
	uint32_t now, uint32_t uid, const char *id, unsigned flags, const char *keywords);

/* FOLDER is found with UIDVALIDITY 2 and these MAILS, UIDNEXT 1000. */
Rematched rematch(StoreFixture *fixture, int64_t folder, ServerMail *mails, size_t count);

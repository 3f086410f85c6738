#pragma once
/* What the files of the envelopes share. Never leaves this folder. */
#include "backend/envelopes.h"
#include "backend/store/sql.h"

struct Envelopes {
	Sql *sql;
	int account;
};

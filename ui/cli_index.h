#pragma once
/*
 * One question to the indexer, which is one for all accounts; it is started if none runs. Main thread, blocks.
 */
#include "backend/config.h"
#include "index/json.h"

/* ANY: an account of the profile. The caller owns QUESTION and the answer; NULL on error. */
JsonObject *cli_ask_index(const AccountConfig *any, JsonObject *question, GError **error);

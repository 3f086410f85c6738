#pragma once
/* A box over the bottom of the screen's body, under a rule: for what is shown a moment. UI thread. */
#include "ui/screen/canvas.h"

/* Blanks with room for ROWS, or as many as BODY has but one; returns them without the rule. */
Area box_open(Canvas *canvas, const Area *body, int rows);

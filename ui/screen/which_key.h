#pragma once
/* The keys that may follow what has been typed, in a box over the bottom of the screen's body. UI thread. */
#include "ui/screen/canvas.h"
#include "ui/screen/keymap.h"

/* Draws the box into BODY, as high as it needs to be and can be. */
void which_key_draw(const Keymap *keymap, Canvas *canvas, const Area *body);

/**
 * Tables for drawing from the exponential distribution by the ziggurat method (Marsaglia and Tsang 2000, "The ziggurat method for generating random
 * variables"; in doubles as Doornik 2005, "An improved ziggurat method to generate normal random samples", does it for the normal): the area under
 * exp(−x) is cut into 256 layers of one size, and 98.9 % of all draws fall into a rectangle and need no logarithm. The distribution is exact.
 */
import exp from '@stdlib/math-base-special-exp';
import ln from '@stdlib/math-base-special-ln';

export const LAYERS = 256;

/** Where the tail begins. */
export const TAIL = 7.69711747013105;

/** The area of each layer, the tail's included in the first. */
const AREA = 0.003949659822581557;

/** Right edges of the layers, from the widest; `EDGES[0]` is that of the lowest one's rectangle of equal area, `EDGES[LAYERS]` is 0. */
export const EDGES = new Float64Array(LAYERS + 1);

/** exp(−edge). */
export const HEIGHTS = new Float64Array(LAYERS + 1);

EDGES[0] = AREA * exp(TAIL);
EDGES[1] = TAIL;
for (let layer = 2; layer < LAYERS; layer++) {
  EDGES[layer] = -ln(AREA / EDGES[layer - 1] + exp(-EDGES[layer - 1]));
}
EDGES[LAYERS] = 0;
for (let layer = 0; layer <= LAYERS; layer++) HEIGHTS[layer] = exp(-EDGES[layer]);

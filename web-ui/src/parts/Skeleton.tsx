/* The shape of a table that is on its way. */
const ROWS = Array.from({ length: 8 }, (_, i) => i);

export function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {ROWS.map((row) => (
        <div key={row} />
      ))}
    </div>
  );
}

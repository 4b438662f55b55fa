"""Children who are lost in the net (网络沉迷重点人群) as schools, villages and towns enter them."""
